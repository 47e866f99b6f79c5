//! Enums whose numbers leave Rust, with the table that names them.

/// Declares an enum and `NUMBERS`, the name and number of each of its variants, for code outside Rust:
/// JavaScript gets them when it loads the addon.
#[macro_export]
macro_rules! numbered {
    (
        $(#[$meta:meta])*
        $visibility:vis enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $number:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[repr(u8)]
        $visibility enum $name {
            $($(#[$variant_meta])* $variant = $number,)*
        }

        impl $name {
            /// Each variant's name and number.
            $visibility const NUMBERS: &[(&str, u8)] = &[$((stringify!($variant), $number),)*];
        }
    };
}
