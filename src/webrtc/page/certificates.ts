import { IdSequence } from '../protocol.ts'
import type { CertificateDescription, CertificateId } from '../protocol.ts'

/** webrtc-direct makes one for each dial and uses it at once; the oldest are forgotten, or they would pile up. */
const MAX_CERTIFICATES = 64

/** `RTCCertificate`s cannot leave the page: the worker knows them by id. */
export class Certificates {
  readonly #certificates = new Map<CertificateId, RTCCertificate>()
  readonly #ids = new IdSequence<CertificateId>()

  add(certificate: RTCCertificate): CertificateDescription {
    const id = this.#ids.next()
    this.#certificates.set(id, certificate)
    this.#forgetOldest()
    return {
      certificate: id,
      expiresMs: certificate.expires,
      // Firefox has no getFingerprints, whatever the types say.
      fingerprints: 'getFingerprints' in certificate ? certificate.getFingerprints() : [],
    }
  }

  /** Throws an `InvalidAccessError` for one of more than 64 certificates ago. */
  get(id: CertificateId): RTCCertificate {
    const certificate = this.#certificates.get(id)
    if (certificate === undefined) {
      throw new DOMException('This certificate is no longer kept; generate another', 'InvalidAccessError')
    }
    return certificate
  }

  #forgetOldest(): void {
    for (const id of this.#certificates.keys()) {
      if (this.#certificates.size <= MAX_CERTIFICATES) {
        return
      }
      this.#certificates.delete(id)
    }
  }
}
