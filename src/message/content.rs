//! What an element holds, by kind.

use serde::{Deserialize, Serialize, de};
use serde_json::value::RawValue;

use crate::{
    value::RawJson,
    wire::{lenient, readable::readable_part, wire},
};

/// The `MsgType` of a text.
pub(super) const TEXT: &str = "TIMTextElem";

/// Names each kind of element but text once, for the macro `$of`: variant, type, `MsgType`.
macro_rules! kinds {
    ($of:ident) => {
        $of! {
            /// A place on a map.
            Location(Location) = "TIMLocationElem",
            /// An emoji of the app.
            Face(Face) = "TIMFaceElem",
            /// Data of the app.
            Custom(Custom) = "TIMCustomElem",
            /// A voice message.
            Sound(Sound) = "TIMSoundElem",
            /// An image.
            Image(Image) = "TIMImageElem",
            /// A file.
            File(File) = "TIMFileElem",
            /// A video.
            VideoFile(VideoFile) = "TIMVideoFileElem",
            /// Forwarded messages, merged into one.
            Relay(Relay) = "TIMRelayElem",
            /// Streamed text of a chatbot.
            Stream(Stream) = "TIMStreamElem",
        }
    };
}
pub(super) use kinds;

/// Declares the content of elements.
macro_rules! contents {
    ($($(#[$attribute:meta])* $variant:ident($type:ty) = $msg_type:literal,)+) => {
        /// The content of an element, by kind.
        ///
        /// All but text, the smallest and most frequent, is boxed, so that a list of elements
        /// stays small.
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Content {
            /// Text.
            ///
            /// `MsgType` is `TIMTextElem`.
            Text(Text),
            $($(#[$attribute])* ///
            #[doc = concat!("`MsgType` is `", $msg_type, "`.")]
            $variant(Box<$type>),)+
            /// An element of a kind that this release does not know, or whose content does not
            /// have the documented shape. [`Element::as_json`](super::Element::as_json) has it.
            Other,
        }

        impl Content {
            /// Reads the content of a known kind; of another kind it is `Other`.
            pub(super) fn read<'de, D: de::Deserializer<'de>>(
                msg_type: &str,
                content: D,
            ) -> Result<Self, D::Error> {
                match msg_type {
                    TEXT => lenient::field(content).map(Self::Text),
                    $($msg_type => lenient::field(content).map(Box::new).map(Self::$variant),)+
                    _ => de::IgnoredAny::deserialize(content).map(|_| Self::Other),
                }
            }
        }
    };
}

kinds!(contents);

impl Content {
    /// Reads an element whose content has members of an undocumented type, without those.
    pub(super) fn read_in_part(element: &str) -> Option<Self> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Outer<'a> {
            #[serde(borrow)]
            msg_type: lenient::BorrowedText<'a>,
            #[serde(borrow)]
            msg_content: &'a RawValue,
        }

        let Outer {
            msg_type,
            msg_content,
        } = serde_json::from_str(element).ok()?;
        let read = |json: &str| {
            let mut json = serde_json::Deserializer::from_str(json);
            Self::read(&msg_type.0, &mut json).ok()
        };
        read(&readable_part(msg_content.get(), &|json| {
            read(json).is_some()
        })?)
    }
}

wire! {
    /// Text of a message.
    #[derive(Default)]
    pub struct Text {
        /// The text.
        pub text: String,
    }

    /// A place on a map.
    #[derive(Default)]
    pub struct Location {
        /// Its name or address.
        pub desc: Option<String>,
        /// Degrees north.
        pub latitude: Option<f64>,
        /// Degrees east.
        pub longitude: Option<f64>,
    }

    /// An emoji of the app.
    #[derive(Default)]
    pub struct Face {
        /// Its number, as the app numbers them.
        pub index: Option<i64>,
        /// More data of the app.
        pub data: Option<String>,
    }

    /// Data of the app.
    #[derive(Default)]
    pub struct Custom {
        /// The data: a string, even when it holds JSON.
        pub data: Option<String>,
        /// A description, shown in notifications.
        pub desc: Option<String>,
        /// An extension field.
        pub ext: Option<String>,
        /// The sound of the iOS notification.
        pub sound: Option<String>,
    }

    /// A voice message. Clients of the 2.x and 3.x SDK send no `url`.
    #[derive(Default)]
    pub struct Sound {
        /// Where to download it.
        pub url: Option<String>,
        /// Its unique id.
        #[serde(rename = "UUID")]
        pub uuid: Option<String>,
        /// Bytes.
        pub size: Option<u64>,
        /// Seconds.
        pub second: Option<u64>,
        /// 2 if `url` can be used.
        #[serde(rename = "Download_Flag")]
        pub download_flag: Option<u32>,
    }

    /// An image, usually in three sizes.
    #[derive(Default)]
    pub struct Image {
        /// Its unique id.
        #[serde(rename = "UUID")]
        pub uuid: Option<String>,
        /// 1 JPG, 2 GIF, 3 PNG, 4 BMP, 255 another.
        pub image_format: Option<u32>,
        /// The sizes, in no particular order.
        pub image_info_array: Vec<ImageInfo>,
    }

    /// One size of an image.
    #[derive(Default)]
    pub struct ImageInfo {
        /// 1 original, 2 large, 3 thumbnail.
        #[serde(rename = "Type")]
        pub kind: Option<u32>,
        /// Bytes.
        pub size: Option<u64>,
        /// Pixels; may be 0 for the large size and the thumbnail.
        pub width: Option<u64>,
        /// Pixels; may be 0 for the large size and the thumbnail.
        pub height: Option<u64>,
        /// Where to download it.
        #[serde(rename = "URL")]
        pub url: Option<String>,
    }

    /// A file. Clients of the 2.x and 3.x SDK send no `url`.
    #[derive(Default)]
    pub struct File {
        /// Where to download it.
        pub url: Option<String>,
        /// Its unique id.
        #[serde(rename = "UUID")]
        pub uuid: Option<String>,
        /// Bytes.
        pub file_size: Option<u64>,
        /// Its name, or a `file:` URL of the sender.
        pub file_name: Option<String> = or [older "fileName"],
        /// 2 if `url` can be used.
        #[serde(rename = "Download_Flag")]
        pub download_flag: Option<u32>,
    }

    /// A video and its thumbnail. Clients of the 2.x and 3.x SDK send no addresses.
    #[derive(Default)]
    pub struct VideoFile {
        /// Where to download the video.
        pub video_url: Option<String>,
        /// The unique id of the video.
        #[serde(rename = "VideoUUID")]
        pub video_uuid: Option<String>,
        /// Bytes.
        pub video_size: Option<u64>,
        /// Seconds; 0 from web clients.
        pub video_second: Option<u64>,
        /// Such as `mp4`, in upper or lower case.
        pub video_format: Option<String>,
        /// 2 if `video_url` can be used.
        pub video_download_flag: Option<u32>,
        /// Where to download the thumbnail.
        pub thumb_url: Option<String>,
        /// The unique id of the thumbnail.
        #[serde(rename = "ThumbUUID")]
        pub thumb_uuid: Option<String>,
        /// Bytes.
        pub thumb_size: Option<u64>,
        /// Pixels.
        pub thumb_width: Option<u64>,
        /// Pixels.
        pub thumb_height: Option<u64>,
        /// Such as `JPG`, in upper or lower case.
        pub thumb_format: Option<String>,
        /// 2 if `thumb_url` can be used.
        pub thumb_download_flag: Option<u32>,
    }

    /// Streamed text of a chatbot.
    ///
    /// Seen in the vendor's own [bot plugin](https://github.com/Tencent-RTC/TIMBot-WS), not in a
    /// webhook document.
    #[derive(Default)]
    pub struct Stream {
        /// What this send adds.
        pub chunks: Vec<StreamChunk>,
        /// Shown by clients that do not support streams.
        pub compatible_text: Option<String>,
        /// The message that is continued; absent on the first send.
        #[serde(rename = "StreamMsgID")]
        pub stream_msg_id: Option<String>,
    }

    /// A part of streamed text.
    #[derive(Default)]
    pub struct StreamChunk {
        /// `data` is the only word seen.
        pub event_type: Option<String>,
        /// Counts from 1.
        pub index: Option<u64>,
        /// The text, as Markdown.
        pub markdown: Option<String>,
        /// Whether the stream ends here.
        pub is_last: Option<bool>,
    }

    /// Messages that were forwarded together, merged into one element.
    ///
    /// The messages themselves are decoded when they are asked for ([`Relay::messages`]), one
    /// level at a time: forwarded messages can hold forwarded messages, to any depth.
    #[derive(Default)]
    pub struct Relay {
        /// The title that clients show.
        pub title: Option<String>,
        /// How many messages there are.
        pub msg_num: Option<u32>,
        /// Shown by clients that do not know this element.
        pub compatible_text: Option<String>,
        /// The first lines of the messages.
        pub abstract_list: Vec<String>,
        /// The messages as JSON, if they take at most 12 KB together.
        pub msg_list: Option<RawJson>,
        /// Where the messages are stored, if they take more than 12 KB together.
        pub json_msg_key: Option<String>,
    }
}

/// The JSON of an element that is built here.
pub(super) fn element_json(msg_type: &str, content: &impl Serialize) -> Box<RawValue> {
    #[derive(Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct Outer<'a, C> {
        msg_type: &'a str,
        msg_content: &'a C,
    }
    // Plain structs of strings and numbers: serialising them cannot fail.
    serde_json::value::to_raw_value(&Outer {
        msg_type,
        msg_content: content,
    })
    .unwrap_or_else(|_| RawValue::NULL.to_owned())
}
