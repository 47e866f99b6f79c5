//! Says which libuv the worker is linked with: upstream's has no hooks for batches.

use std::env;

fn main() {
    println!("cargo::rustc-check-cfg=cfg(upstream_libuv)");
    println!("cargo::rerun-if-env-changed=MEDIASOUP_NATIVE_DEPS");
    println!("cargo::rerun-if-changed=build.rs");

    if env::var("MEDIASOUP_NATIVE_DEPS").is_ok_and(|dependencies| dependencies == "upstream") {
        println!("cargo::rustc-cfg=upstream_libuv");
    }
}
