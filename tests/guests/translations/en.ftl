# Test modules use plain words.
fixture = Test module
