//! Macro `numbered!`, which declares an enum with a table of its variants' names and numbers. The enums
//! of objects' classes, error classes, loggers and log levels use it; the addon hands the tables to
//! JavaScript at load, so that both sides agree on the numbers.

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
