import type { ConnectionConfiguration } from '../protocol.ts'
import { Certificate } from './certificate.ts'

/** `RTCConfiguration` as a caller in the worker gives it; its certificates come from `generateCertificate`. */
export interface PeerConfiguration extends Omit<ConnectionConfiguration, 'certificates'> {
  readonly certificates?: readonly unknown[]
}

/** The fields that the page needs, as plain data: a caller's object may hold what no port can carry. */
export function toConnectionConfiguration(configuration: PeerConfiguration): ConnectionConfiguration {
  const { iceServers, iceTransportPolicy, bundlePolicy, rtcpMuxPolicy, iceCandidatePoolSize, certificates } =
    configuration
  return {
    ...(iceServers === undefined ? {} : { iceServers: iceServers.map((server) => ({ ...server })) }),
    ...(iceTransportPolicy === undefined ? {} : { iceTransportPolicy }),
    ...(bundlePolicy === undefined ? {} : { bundlePolicy }),
    ...(rtcpMuxPolicy === undefined ? {} : { rtcpMuxPolicy }),
    ...(iceCandidatePoolSize === undefined ? {} : { iceCandidatePoolSize }),
    ...(certificates === undefined
      ? {}
      : { certificates: certificates.map((certificate) => Certificate.idOf(certificate)) }),
  }
}
