import type { CertificateDescription, CertificateId } from '../protocol.ts'

/** `RTCCertificate`: the certificate itself stays in the page. */
export class Certificate {
  readonly #description: CertificateDescription

  constructor(description: CertificateDescription) {
    this.#description = description
  }

  get expires(): number {
    return this.#description.expiresMs
  }

  getFingerprints(): { algorithm?: string; value?: string }[] {
    return this.#description.fingerprints.map((fingerprint) => ({ ...fingerprint }))
  }

  /** Throws a TypeError for what this worker's `generateCertificate` did not make. */
  static idOf(certificate: unknown): CertificateId {
    if (typeof certificate === 'object' && certificate !== null && #description in certificate) {
      return certificate.#description.certificate
    }
    throw new TypeError('Not a certificate of RTCPeerConnection.generateCertificate')
  }
}
