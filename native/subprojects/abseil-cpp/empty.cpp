// Upstream asks for a library where headers are all there is.
