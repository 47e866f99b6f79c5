//! Encoder of the spatial and temporal layer that a Consumer is to send. The engine calls it for the
//! options of `transport.consume()` and for `consumer.setPreferredLayers()`; it returns the FlatBuffers
//! table for the worker, or mediasoup's `TypeError`.

use fbs::consumer::ConsumerLayers;
use js_value::{non_null, uint8};
use protocol::Error;
use serde_json::Value;

/// `ConsumerLayers`, as in the options of `transport.consume()`: taken as they come.
#[must_use]
pub fn consumer_layers(spatial: Option<&Value>, temporal: Option<&Value>) -> ConsumerLayers {
    ConsumerLayers {
        spatial_layer: uint8(spatial, 0),
        temporal_layer: non_null(temporal).map(|layer| uint8(Some(layer), 0)),
    }
}

/// The layers of `consumer.setPreferredLayers()`, which are checked.
pub fn preferred_layers(
    spatial: Option<&Value>,
    temporal: Option<&Value>,
) -> Result<ConsumerLayers, Error> {
    if !spatial.is_some_and(Value::is_number) {
        return Err(Error::type_error("spatialLayer must be a number"));
    }
    if !non_null(temporal).is_none_or(Value::is_number) {
        return Err(Error::type_error(
            "if given, temporalLayer must be a number",
        ));
    }
    Ok(consumer_layers(spatial, temporal))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_consume_is_given_is_taken_as_it_comes() {
        for (given, spatial_layer, temporal_layer) in [
            (json!({}), 0, None),
            (json!({ "spatial": "2", "temporal": null }), 2, None),
            (json!({ "spatial": 256, "temporal": "x" }), 0, Some(0)),
        ] {
            let layers = consumer_layers(given.get("spatial"), given.get("temporal"));
            assert_eq!(layers.spatial_layer, spatial_layer, "{given}");
            assert_eq!(layers.temporal_layer, temporal_layer, "{given}");
        }
    }
}
