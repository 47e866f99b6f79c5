//! Build script of the addon. Cargo runs it before it compiles `src/`; it has the linker leave Node's
//! symbols open, which the `node` process provides when it loads the addon.

fn main() {
    napi_build::setup();
}
