# Test modules use plain words.
fixture = Modul de probă
look-at = De privit nr. { $number }
