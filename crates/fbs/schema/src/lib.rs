//! Never compiled: this package only pins where the FlatBuffers schema comes from.
