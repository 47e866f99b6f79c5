//! Conversion of an object's description into its form on the wire. The encoder of updates calls it for
//! each new object and for those of a snapshot; the member that Routers with the same codecs share may
//! become a slot (a number instead of a text that the client has).

use crate::v1::{Text, WireObject};
use protocol::{Json, Object};

/// The member whose text repeats: it is the same for Routers with the same codecs.
const REPEATED: &str = "rtpCapabilities";

/// Converts an object to its form on the wire.
pub(super) fn object_of(object: Object, mut repeated: impl FnMut(Json) -> Text) -> WireObject {
    WireObject {
        handle: object.handle,
        kind: object.kind,
        id: object.id,
        parent: object.parent,
        members: object
            .members
            .into_iter()
            .map(|(name, json)| {
                let text = member(&name, json, &mut repeated);
                (name, text)
            })
            .collect(),
        app_data: object.app_data,
        web_rtc_server: object.web_rtc_server,
        peer: object.peer,
    }
}

pub(super) fn member(name: &str, json: Json, repeated: &mut impl FnMut(Json) -> Text) -> Text {
    if name == REPEATED {
        repeated(json)
    } else {
        Text::Inline(json)
    }
}
