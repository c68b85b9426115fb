//! WeCom against fakes of its gateway and its API, over real sockets.
