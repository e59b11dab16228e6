# Test modules use plain words.
fixture = Test module
look-at = Look at no. { $number }
