import { describe, expect, it } from 'vitest'
import { readStunQuestion, type StunQuestion, stunAnswer } from './stun-message.ts'

const TRANSACTION = 'b7e7a701bc34d686fa87dfae'
const PLAIN = bytes(`0001 0000 2112a442 ${TRANSACTION}`)

// RFC 5769, 2.1: a request with SOFTWARE, PRIORITY, ICE-CONTROLLED, USERNAME, MESSAGE-INTEGRITY and FINGERPRINT.
const ICE_REQUEST = bytes(`
  0001 0058 2112a442 ${TRANSACTION}
  8022 0010 5354554e20746573 7420636c69656e74
  0024 0004 6e0001ff
  8029 0008 932ff9b151263b36
  0006 0009 6576746a3a683676 59202020
  0008 0014 9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2
  8028 0004 e57a3bcf`)

// RFC 5769, 2.2 and 2.3: the attributes that our answers have too.
const XOR_MAPPED_IPV4 = '0020 0008 0001 a147 e112a643'
const XOR_MAPPED_IPV6 = '0020 0014 0002 a147 0113a9faa5d3f179bc25f4b5bed2b9d9'

const BINDING: StunQuestion = { kind: 'binding', transactionId: bytes(TRANSACTION), hasFingerprint: false }

function bytes(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(/\s/g, ''), 'hex')
}

/** A request with these attributes, its length set right. */
function request(attributes: string): Buffer {
  const body = bytes(attributes)
  const head = Buffer.from(PLAIN)
  head.writeUInt16BE(body.length, 2)
  return Buffer.concat([head, body])
}

/** CRC-32 bit by bit, so that it shares nothing with what is tested. */
function fingerprintIsRight(message: Buffer): boolean {
  let crc = 0xffffffff
  for (const byte of message.subarray(0, -8)) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return message.readUInt32BE(message.length - 4) === (crc ^ 0xffffffff ^ 0x5354554e) >>> 0
}

describe('a STUN question', () => {
  it('is a Binding request, with or without attributes that may be passed over', () => {
    expect(readStunQuestion(PLAIN)).toEqual(BINDING)
    // SOFTWARE “test vector” with a byte of padding.
    expect(readStunQuestion(request('8022 000b 7465737420766563746f72 20'))).toEqual(BINDING)
  })

  it('may carry credentials, which are passed over, and what follows their seal as well', () => {
    expect(readStunQuestion(request(`0006 0003 61626300 0008 0014 ${'00'.repeat(20)} 0024 0004 00000001`))).toEqual(
      BINDING,
    )
  })

  it('is refused for attributes that a plain server must not pass over (RFC 5769, 2.1)', () => {
    expect(readStunQuestion(ICE_REQUEST)).toEqual({
      kind: 'unknown-attributes',
      transactionId: bytes(TRANSACTION),
      hasFingerprint: true,
      types: [0x0024],
    })
  })

  it('gets no answer where its fingerprint is wrong', () => {
    const spoilt = Buffer.from(ICE_REQUEST)
    spoilt[30] = 0x55

    expect(readStunQuestion(spoilt)).toBeUndefined()
  })

  it.each([
    ['an empty datagram', ''],
    ['half a header', '0001 0000 2112a442'],
    ['the form of 2003, without the cookie', `0001 0000 00000000 ${TRANSACTION}`],
    ['an indication', `0011 0000 2112a442 ${TRANSACTION}`],
    ['an answer, so that two servers never talk without end', `0101 0000 2112a442 ${TRANSACTION}`],
    ['another method', `0003 0000 2112a442 ${TRANSACTION}`],
    ['the first byte of DTLS', `1601 0000 2112a442 ${TRANSACTION}`],
    ['a length that is longer than the datagram', `0001 0008 2112a442 ${TRANSACTION}`],
    ['a length that is shorter than the datagram', `0001 0000 2112a442 ${TRANSACTION} 80220000`],
    ['a length that is no multiple of four', `0001 0002 2112a442 ${TRANSACTION} 8022`],
    ['an attribute that is longer than the message', `0001 0008 2112a442 ${TRANSACTION} 8022 ffff 00000000`],
    ['a fingerprint that is not the last attribute', `0001 000c 2112a442 ${TRANSACTION} 80280004 00000000 80220000`],
  ])('gets no answer where it is %s', (_title, hex) => {
    expect(readStunQuestion(bytes(hex))).toBeUndefined()
  })

  it('gets no answer where it is larger than any Binding request, or made of random bytes', () => {
    expect(readStunQuestion(request(`8022 0500 ${'00'.repeat(0x500)}`))).toBeUndefined()
    for (let seed = 1; seed < 2000; seed++) {
      const noise = Buffer.from(request('00'.repeat(40)).map((byte, at) => (at < 20 ? byte : (seed * at * 7919) >> 3)))
      expect(() => readStunQuestion(noise)).not.toThrow()
    }
  })
})

describe('a STUN answer', () => {
  it('names the address as RFC 5769 writes it, in IPv4 and IPv6, and nothing else', () => {
    const port = 32_853

    expect(stunAnswer(BINDING, { address: '192.0.2.1', port })).toEqual(
      bytes(`0101 000c 2112a442 ${TRANSACTION} ${XOR_MAPPED_IPV4}`),
    )
    expect(stunAnswer(BINDING, { address: '2001:db8:1234:5678:11:2233:4455:6677', port })).toEqual(
      bytes(`0101 0018 2112a442 ${TRANSACTION} ${XOR_MAPPED_IPV6}`),
    )
  })

  it('takes an IPv4 address that came over an IPv6 socket for what it is', () => {
    const plain = stunAnswer(BINDING, { address: '192.0.2.1', port: 9 })

    expect(stunAnswer(BINDING, { address: '::ffff:192.0.2.1', port: 9 })).toEqual(plain)
  })

  it('leaves the zone of a link-local address away', () => {
    const plain = stunAnswer(BINDING, { address: 'fe80:0:0:0:0:0:0:1', port: 9 })

    expect(stunAnswer(BINDING, { address: 'fe80::1%eth0', port: 9 })).toEqual(plain)
  })

  it('has a fingerprint where the question has one, made as in RFC 5769, 2.2', () => {
    const sealed = `0101 003c 2112a442 ${TRANSACTION}
      8022 000b 7465737420766563746f72 20 ${XOR_MAPPED_IPV4}
      0008 0014 2b91f599fd9e90c38c7489f92af9ba53f06be7d7`
    const answer = stunAnswer({ ...BINDING, hasFingerprint: true }, { address: '192.0.2.1', port: 32_853 })

    expect(answer.subarray(0, -8)).toEqual(bytes(`0101 0014 2112a442 ${TRANSACTION} ${XOR_MAPPED_IPV4}`))
    expect(fingerprintIsRight(answer)).toBe(true)
    expect(fingerprintIsRight(bytes(`${sealed} 80280004 c07d4c96`))).toBe(true)
    expect(fingerprintIsRight(bytes(`${sealed} 80280004 c07d4c97`))).toBe(false)
  })

  it('refuses unknown attributes by number 420 and their types, at most four of them', () => {
    const asked = readStunQuestion(request('0003 0004 00000006 00240000 00250000 00260000 00270000'))
    if (asked === undefined) throw new Error('the question was not read')

    expect(stunAnswer(asked, { address: '192.0.2.1', port: 9 })).toEqual(
      bytes(`0111 0014 2112a442 ${TRANSACTION} 0009 0004 00000414 000a 0008 0003 0024 0025 0026`),
    )
  })
})
