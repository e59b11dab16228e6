# Test modules use plain words.
fixture = Тестовый модуль
look-at = Посмотреть № { $number }
