# Test modules use plain words.
fixture = Modul de probă
