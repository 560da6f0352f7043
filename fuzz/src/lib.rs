//! What must hold for every input. The fuzz targets look for inputs that break it, and the
//! crate's own tests replay the inputs in `corpus/` through the same functions.

pub mod admission;
mod body;
pub mod decode;
pub mod element;
pub mod event;
mod oracle;
pub mod query;
mod request;
mod response;
pub mod service;
