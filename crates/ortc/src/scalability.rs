//! Parser of scalability modes, such as `L3T2_KEY`. The parameters of a Consumer and the addon (for the
//! exported `parseScalabilityMode()`) call it; it returns the numbers of spatial and temporal layers, or
//! one of each for a text that isn't a mode.

use serde::Serialize;

/// Numbers of a stream's layers in space and in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScalabilityMode {
    /// Layers in space, 1 to 99.
    pub spatial_layers: u8,
    /// Layers in time, 1 to 99.
    pub temporal_layers: u8,
    /// True if a layer in space needs the ones below in key frames only (k-SVC).
    pub ksvc: bool,
}

/// Reads a scalability mode. What isn't one means a single layer, and what follows one is ignored.
#[must_use]
pub fn parse_scalability_mode(scalability_mode: &str) -> ScalabilityMode {
    parse(scalability_mode).unwrap_or(ScalabilityMode {
        spatial_layers: 1,
        temporal_layers: 1,
        ksvc: false,
    })
}

fn parse(text: &str) -> Option<ScalabilityMode> {
    let text = text.strip_prefix(['L', 'S'])?;
    let (spatial_layers, text) = parse_layers(text)?;
    let (temporal_layers, text) = parse_layers(text.strip_prefix('T')?)?;
    Some(ScalabilityMode {
        spatial_layers,
        temporal_layers,
        ksvc: text.starts_with("_KEY"),
    })
}

/// One or two digits, the first one not 0.
fn parse_layers(text: &str) -> Option<(u8, &str)> {
    let digits = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    let (layers, rest) = text.split_at(digits);
    let layers = layers.parse().ok()?;
    (!text.starts_with('0')).then_some((layers, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalability_modes() {
        for (case, text, spatial, temporal, ksvc) in [
            ("layers in both dimensions", "L3T2", 3, 2, false),
            ("simulcast streams count as layers", "S2T3", 2, 3, false),
            ("dependencies in key frames only", "L3T3_KEY", 3, 3, true),
            (
                "a shift of key frames is k-SVC too",
                "L2T2_KEY_SHIFT",
                2,
                2,
                true,
            ),
            ("two digits", "L20T30", 20, 30, false),
            ("a third digit belongs to nothing", "L4T123", 4, 12, false),
            ("a third digit before T spoils it", "L123T1", 1, 1, false),
            ("no layer at all", "L0T2", 1, 1, false),
            ("no layer in time", "L2T0", 1, 1, false),
            ("a leading zero", "L02T2", 1, 1, false),
            ("a letter that isn't one", "X2T2", 1, 1, false),
            ("lower case", "l2t2", 1, 1, false),
            ("no digits", "LT", 1, 1, false),
            ("only half of it", "L3", 1, 1, false),
            ("nothing", "", 1, 1, false),
            ("digits that aren't ASCII", "L٣T٣", 1, 1, false),
        ] {
            let expected = ScalabilityMode {
                spatial_layers: spatial,
                temporal_layers: temporal,
                ksvc,
            };
            assert_eq!(parse_scalability_mode(text), expected, "{case}: {text}");
        }
    }

    #[test]
    fn is_shown_with_mediasoups_names() {
        let json =
            serde_json::to_string(&parse_scalability_mode("L3T2_KEY")).expect("it is plain data");
        assert_eq!(
            json,
            r#"{"spatialLayers":3,"temporalLayers":2,"ksvc":true}"#
        );
    }
}
