# Test modules use plain words.
fixture = Тестовый модуль
