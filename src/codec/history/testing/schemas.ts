/**
 * The formats as protobuf schemas for another implementation to read and write; numbers and types from the facts of the
 * community history service (§3.1, §5), fields named as ours are, so that values compare field by field.
 */
export const SCHEMAS = `
syntax = "proto3";

message WakuMessage {
  bytes sig = 1; uint64 timestampSeconds = 2; bytes topic = 3; bytes payload = 4; bytes padding = 5; bytes hash = 6;
  string thirdPartyId = 7;
}
message WakuEnvelope {
  bytes payload = 1; string contentTopic = 2; uint32 version = 3; optional sint64 timestampNs = 10; bytes meta = 11;
  bool isEphemeral = 31;
}
message WakuMessageArchiveMetadata {
  uint32 version = 1; uint64 fromSeconds = 2; uint64 toSeconds = 3; repeated bytes contentTopics = 4;
}
message WakuMessageArchive {
  uint32 version = 1; WakuMessageArchiveMetadata metadata = 2; repeated WakuMessage messages = 3;
}
message LogosStorageWakuMessageArchiveIndexMetadata {
  uint32 version = 1; WakuMessageArchiveMetadata metadata = 2; string cid = 3;
}
message LogosStorageWakuMessageArchiveIndex {
  map<string, LogosStorageWakuMessageArchiveIndexMetadata> archives = 1;
}
message WakuMessageArchiveIndexMetadata {
  uint32 version = 1; WakuMessageArchiveMetadata metadata = 2; uint64 offset = 3; uint64 size = 4; uint64 padding = 5;
}
message WakuMessageArchiveIndex { map<string, WakuMessageArchiveIndexMetadata> archives = 1; }
message CommunityMessageArchiveLink { uint64 clockMs = 1; string archiveLink = 2; }

message ApplicationMetadataMessage { bytes signature = 1; bytes payload = 2; int32 type = 3; }
message HRHeader { uint32 deprecatedKeyId = 1; uint32 seqNo = 2; bytes groupId = 3; bytes keyId = 4; }
message EncryptedMessageProtocol { bytes payload = 3; HRHeader hashRatchet = 102; }
message ProtocolMessage {
  string installationId = 2; map<string, EncryptedMessageProtocol> encryptedMessages = 101; bytes publicMessage = 102;
}
message SegmentMessage {
  bytes entireMessageHash = 1; uint32 index = 2; uint32 segmentsCount = 3; bytes payload = 4; uint32 parityIndex = 5;
  uint32 parityCount = 6;
}

message StickerMessage { string hash = 1; uint32 pack = 2; }
message ImageMessage {
  bytes payload = 1; int32 format = 2; string albumId = 3; uint32 width = 4; uint32 height = 5;
  uint32 albumImagesCount = 6;
}
message AudioMessage { bytes payload = 1; int32 type = 2; uint64 durationMs = 3; }
message UnfurledLink {
  string url = 1; string title = 2; string description = 3; bytes thumbnailPayload = 4; uint32 thumbnailWidth = 5;
  uint32 thumbnailHeight = 6; int32 type = 7; bytes faviconPayload = 8;
}
message DiscordMessageAuthor {
  string id = 1; string name = 2; string discriminator = 3; string nickname = 4; string avatarUrl = 5;
  bytes avatarImagePayload = 6;
}
message DiscordMessageReference { string messageId = 1; string channelId = 2; string guildId = 3; }
message DiscordMessageAttachment {
  string id = 1; string messageId = 2; string url = 3; string fileName = 4; uint64 fileSizeBytes = 5;
  string contentType = 6; bytes payload = 7;
}
message DiscordMessage {
  string id = 1; string type = 2; string timestamp = 3; string timestampEdited = 4; string content = 5;
  DiscordMessageAuthor author = 6; DiscordMessageReference reference = 7; repeated DiscordMessageAttachment attachments = 8;
}
message BridgeMessage {
  string bridgeName = 1; string userName = 2; string userAvatar = 3; string userId = 4; string content = 5;
  string messageId = 6; string parentMessageId = 7;
}
message ChatMessage {
  uint64 clockMs = 1; uint64 timestampMs = 2; string text = 3; string responseTo = 4; string ensName = 5;
  string chatId = 6; int32 messageType = 7; int32 contentType = 8; StickerMessage sticker = 9; ImageMessage image = 10;
  AudioMessage audio = 11; optional bytes community = 12; string displayName = 14;
  repeated UnfurledLink unfurledLinks = 16; uint32 customizationColor = 19; optional string threadId = 21;
  DiscordMessage discord = 99; BridgeMessage bridge = 100;
}
message EditMessage {
  uint64 clockMs = 1; string text = 2; string chatId = 3; string messageId = 4; int32 messageType = 6;
  int32 contentType = 7; repeated UnfurledLink unfurledLinks = 8;
}
message DeleteMessage {
  uint64 clockMs = 1; string chatId = 2; string messageId = 3; int32 messageType = 5; string deletedBy = 6;
}
message PinMessage { uint64 clockMs = 1; string messageId = 2; string chatId = 3; bool isPinned = 4; int32 messageType = 5; }
message EmojiReaction {
  uint64 clockMs = 1; string chatId = 2; string messageId = 3; int32 messageType = 4; int32 type = 5;
  bool isRetracted = 6;
}

message IdentityImage {
  bytes payload = 1; int32 sourceType = 2; int32 imageType = 3; repeated bytes encryptionKeys = 4; bool isEncrypted = 5;
}
message ChatIdentity {
  uint64 clockMs = 1; string ensName = 2; map<string, IdentityImage> images = 3; string displayName = 4;
  string description = 5; string color = 6; string emoji = 7; uint32 firstMessageTimestampSeconds = 9;
}
message CommunityPermissions { bool isEnsOnly = 1; bool isPrivate = 2; int32 access = 3; }
message CommunityMember { repeated int32 roles = 1; }
message CommunityChat {
  map<string, CommunityMember> members = 1; CommunityPermissions permissions = 2; ChatIdentity identity = 3;
  string categoryId = 4; int32 position = 5;
}
message CommunityCategory { string categoryId = 1; string name = 2; int32 position = 3; }
message CommunityDescription {
  uint64 clockMs = 1; map<string, CommunityMember> members = 2; CommunityPermissions permissions = 3;
  ChatIdentity identity = 5; map<string, CommunityChat> chats = 6; map<string, CommunityCategory> categories = 8;
  uint64 archiveLinkClockMs = 9; string introMessage = 11; string outroMessage = 12; bool isEncrypted = 13;
  repeated string tags = 14; map<string, bytes> privateData = 100;
}
`
