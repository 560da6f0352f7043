//! The table of TRTC's event types. A new type is one row here, one struct and one fixture.

use super::{
    ai, ingest, media, moderation, recording, relay, room, screenshot, slicing, transcription,
    web_recording,
};
use crate::{
    event::{KeyRule, commands},
    reply::Ack,
};

commands! {
    /// Every documented event of TRTC, by type. See the [module docs](crate::trtc) for an example.
    pub enum Event;

    /// Every event type of TRTC that this release knows.
    ///
    /// The group is the type without its last two digits. For 5, 12, 13 and 907 no public page was
    /// found.
    pub const EVENTS, key KeyRule::EventInfo;

    "TRTC.101" CreateRoom(room::CreateRoom) -> Ack,
        "https://www.tencentcloud.com/document/product/647/39558", "a room is created", "创建房间";
    "TRTC.102" DismissRoom(room::DismissRoom) -> Ack,
        "https://www.tencentcloud.com/document/product/647/39558", "a room is dismissed", "解散房间";
    "TRTC.103" EnterRoom(room::EnterRoom) -> Ack,
        "https://www.tencentcloud.com/document/product/647/39558", "a user enters a room", "进入房间";
    "TRTC.104" ExitRoom(room::ExitRoom) -> Ack,
        "https://www.tencentcloud.com/document/product/647/39558", "a user leaves a room", "退出房间";
    "TRTC.105" ChangeRole(room::ChangeRole) -> Ack,
        "https://www.tencentcloud.com/document/product/647/39558", "a user in a room changes roles", "切换角色";

    "TRTC.201" StartVideo(media::StartVideo) -> Ack,
        "https://www.tencentcloud.com/document/product/647/39558", "a user starts to send video", "开始推送视频数据";
    "TRTC.202" StopVideo(media::StopVideo) -> Ack,
        "https://www.tencentcloud.com/document/product/647/39558", "a user stops sending video", "停止推送视频数据";
    "TRTC.203" StartAudio(media::StartAudio) -> Ack,
        "https://www.tencentcloud.com/document/product/647/39558", "a user starts to send audio", "开始推送音频数据";
    "TRTC.204" StopAudio(media::StopAudio) -> Ack,
        "https://www.tencentcloud.com/document/product/647/39558", "a user stops sending audio", "停止推送音频数据";
    "TRTC.205" StartSubstream(media::StartSubstream) -> Ack,
        "https://www.tencentcloud.com/document/product/647/39558", "a user starts to send the substream", "开始推送辅路数据";
    "TRTC.206" StopSubstream(media::StopSubstream) -> Ack,
        "https://www.tencentcloud.com/document/product/647/39558", "a user stops sending the substream", "停止推送辅路数据";

    "TRTC.301" RecordingRecorderStart(recording::RecorderStart) -> Ack,
        "https://www.tencentcloud.com/document/product/647/54914", "a cloud recording starts", "云端录制录制模块启动";
    "TRTC.302" RecordingRecorderStop(recording::RecorderStop) -> Ack,
        "https://www.tencentcloud.com/document/product/647/54914", "a cloud recording ends", "云端录制录制模块退出";
    "TRTC.303" RecordingUploadStart(recording::UploadStart) -> Ack,
        "https://www.tencentcloud.com/document/product/647/54914", "the upload of a recording starts", "云端录制文件上传任务启动";
    "TRTC.304" RecordingFileInfo(recording::FileInfo) -> Ack,
        "https://www.tencentcloud.com/document/product/647/54914", "the index file of a recording is uploaded", "云端录制生成 m3u8 索引文件";
    "TRTC.305" RecordingUploadStop(recording::UploadStop) -> Ack,
        "https://www.tencentcloud.com/document/product/647/54914", "the upload of a recording ends", "云端录制文件上传结束";
    "TRTC.306" RecordingFailover(recording::Failover) -> Ack,
        "https://www.tencentcloud.com/document/product/647/54914", "a recording moves to another machine", "云端录制发生迁移";
    "TRTC.307" RecordingFileSlice(recording::FileSlice) -> Ack,
        "https://www.tencentcloud.com/document/product/647/54914", "the first slice of a recording is made", "云端录制生成切片文件";
    "TRTC.308" RecordingUploadError(recording::UploadError) -> Ack,
        "https://www.tencentcloud.com/document/product/647/54914", "the upload of a recording fails", "云端录制文件上传发生错误";
    "TRTC.309" RecordingDownloadImageError(recording::DownloadImageError) -> Ack,
        "https://www.tencentcloud.com/document/product/647/54914", "an image for a recording cannot be downloaded", "云端录制下载解码图片文件发生错误";
    "TRTC.310" RecordingMp4Stop(recording::Mp4Stop) -> Ack,
        "https://www.tencentcloud.com/document/product/647/54914", "MP4 files of a recording are made", "云端录制 MP4 录制任务结束";
    "TRTC.311" RecordingVodCommit(recording::VodCommit) -> Ack,
        "https://www.tencentcloud.com/document/product/647/54914", "a file of a recording is in video on demand", "云端录制 VOD 录制任务上传媒体资源完成";
    "TRTC.312" RecordingVodStop(recording::VodStop) -> Ack,
        "https://www.tencentcloud.com/document/product/647/54914", "the upload of a recording to video on demand ends", "云端录制 VOD 录制任务结束";

    "TRTC.401" RelayCdnStatus(relay::CdnStatus) -> Ack,
        "https://www.tencentcloud.com/document/product/647/54913", "a relay to a CDN changes state", "云端转推 CDN 状态回调";

    "TRTC.601" VideoScreenshot(screenshot::VideoScreenshot) -> Ack,
        "https://trtc.io/document/64802", "a screenshot is uploaded", "视频截图回调",
        key KeyRule::EventId;

    "TRTC.701" StreamIngestStart(ingest::StreamIngestStart) -> Ack,
        "https://www.tencentcloud.com/document/product/647/62717", "an online media stream starts", "输入在线媒体流启动";
    "TRTC.702" StreamIngestStop(ingest::StreamIngestStop) -> Ack,
        "https://www.tencentcloud.com/document/product/647/62717", "an online media stream stops", "输入在线媒体流停止";

    "TRTC.801" WebRecorderStart(web_recording::RecorderStart) -> Ack,
        "https://www.tencentcloud.com/document/product/647/54914", "the recording of a web page starts", "页面录制模块启动";
    "TRTC.802" WebRecorderStop(web_recording::RecorderStop) -> Ack,
        "https://www.tencentcloud.com/document/product/647/54914", "the recording of a web page ends", "页面录制模块退出";
    "TRTC.803" WebRecorderStatusUpdate(web_recording::StatusUpdate) -> Ack,
        "https://www.tencentcloud.com/document/product/647/54914", "the recording of a web page changes state", "页面录制模块录制状态更新";
    "TRTC.804" WebRecorderResourceLimit(web_recording::ResourceLimit) -> Ack,
        "https://www.tencentcloud.com/document/product/647/54914", "the recording of a web page reaches a limit", "页面录制任务资源受限";

    "TRTC.901" AiServiceStart(ai::ServiceStart) -> Ack,
        "https://trtc.io/document/68331", "an AI service starts", "AI 服务启动";
    "TRTC.902" AiServiceStop(ai::ServiceStop) -> Ack,
        "https://trtc.io/document/68331", "an AI service stops", "AI 服务停止";
    "TRTC.903" AiServiceMsg(ai::ServiceMsg) -> Ack,
        "https://trtc.io/document/68331", "a sentence is recognised or spoken", "AI 完整句子回调";
    "TRTC.904" AiStartOfSpeech(ai::StartOfSpeech) -> Ack,
        "https://trtc.io/document/68331", "a user or the AI begins to speak", "AI 开始说话";
    "TRTC.905" AiSpeakingFinished(ai::SpeakingFinished) -> Ack,
        "https://trtc.io/document/68331", "the AI finishes speaking", "AI 播报结束";
    "TRTC.906" AiMetricMessage(ai::MetricMessage) -> Ack,
        "https://trtc.io/document/68331", "an AI service is measured", "AI 指标回调";
    "TRTC.908" AiErrorMetricCallback(ai::ErrorMetricCallback) -> Ack,
        "https://trtc.io/document/68331", "an AI service has an error", "AI 错误指标回调";
    "TRTC.909" AiSessionStatusCallback(ai::SessionStatusCallback) -> Ack,
        "https://trtc.io/document/68331", "an AI session changes state", "AI 会话状态回调";

    "TRTC.1001" SlicingSliceStart(slicing::SliceStart) -> Ack,
        "https://trtc.io/document/73393", "a cloud slicing starts", "云端切片模块启动";
    "TRTC.1002" SlicingSliceStop(slicing::SliceStop) -> Ack,
        "https://trtc.io/document/73393", "a cloud slicing stops", "云端切片模块退出";
    "TRTC.1003" SlicingUploadStart(slicing::UploadStart) -> Ack,
        "https://trtc.io/document/73393", "the upload of slices starts", "云端切片文件上传任务启动";
    "TRTC.1004" SlicingFileInfo(slicing::FileInfo) -> Ack,
        "https://trtc.io/document/73393", "slices are made", "云端切片结果回调";
    "TRTC.1005" SlicingUploadStop(slicing::UploadStop) -> Ack,
        "https://trtc.io/document/73393", "the upload of slices ends", "云端切片文件上传结束";
    "TRTC.1006" SlicingUploadError(slicing::UploadError) -> Ack,
        "https://trtc.io/document/73393", "the upload of slices fails", "云端切片文件上传发生错误";

    "TRTC.1101" ModerationStart(moderation::ModerationStart) -> Ack,
        "https://trtc.io/document/73394", "a cloud moderation starts", "云端审核模块启动";
    "TRTC.1102" ModerationStop(moderation::ModerationStop) -> Ack,
        "https://trtc.io/document/73394", "a cloud moderation stops", "云端审核模块退出";
    "TRTC.1103" ModerationSendStart(moderation::SendStart) -> Ack,
        "https://trtc.io/document/73394", "slices are being sent to the moderation", "云端审核送审任务启动";
    "TRTC.1104" ModerationResult(moderation::ModerationResult) -> Ack,
        "https://trtc.io/document/73394", "a slice is judged", "云端审核结果回调";
    "TRTC.1105" ModerationSendStop(moderation::SendStop) -> Ack,
        "https://trtc.io/document/73394", "no more slices are sent to the moderation", "云端审核送审任务结束";
    "TRTC.1106" ModerationUploadError(moderation::UploadError) -> Ack,
        "https://trtc.io/document/73394", "a slice cannot be sent to the moderation", "云端审核送审发生错误";

    "TRTC.1401" TranscriptionStart(transcription::TranscriptionStart) -> Ack,
        "https://www.tencentcloud.com/document/product/647/80094", "a transcription starts", "AI 转录服务启动";
    "TRTC.1402" TranscriptionStop(transcription::TranscriptionStop) -> Ack,
        "https://www.tencentcloud.com/document/product/647/80094", "a transcription stops", "AI 转录服务停止";
    "TRTC.1403" TranscriptionAsrMsg(transcription::AsrMsg) -> Ack,
        "https://www.tencentcloud.com/document/product/647/80094", "a sentence is transcribed", "AI 转录完整句子回调";
    "TRTC.1404" TranscriptionTranslateMsg(transcription::TranslateMsg) -> Ack,
        "https://www.tencentcloud.com/document/product/647/80094", "a sentence is translated", "AI 翻译完整句子回调";
}
