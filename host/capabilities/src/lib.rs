//! Host side of the WIT interfaces, one folder per capability.
