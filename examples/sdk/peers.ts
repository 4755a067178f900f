import assert from 'node:assert/strict'
import { Quire } from 'quire'

const other = await Quire.create({ listen: ['/ip4/127.0.0.1/tcp/0'] })
await other.start()
const quire = await Quire.create()
await quire.start()
const [address = ''] = await other.addresses()
const peerId = await other.peerId()

// #region connect
await quire.connect(address) // an address that ends with the peer’s id
await quire.connect(peerId) // or the id alone, of a peer that is known
await quire.connect(peerId, { addresses: [address], signal: AbortSignal.timeout(10_000) })
// #endregion
assert.deepEqual(
  (await quire.status()).peers.map(({ peer }) => peer),
  [peerId],
)
await assert.rejects(quire.connect('nobody'), { code: 'ERR_ARGUMENT_INVALID' })
await assert.rejects(quire.connect(await quire.peerId()), { code: 'ERR_ARGUMENT_INVALID' })
await assert.rejects(quire.connect('/ip4/127.0.0.1/tcp/1/p2p/16Uiu2HAmNvnTnbZ6MHpnVkiXYGbiQiHCVLkFnLFYMVTRvXoYZ6uo'), {
  name: 'QuireError',
})

// #region reconnect
await quire.reconnect() // keepers that did not answer are tried now
const { checks } = await quire.selfTest()
for (const check of checks) console.log(check)
// #endregion
assert.ok(checks.length > 0)

// #region limits
await quire.setUploadLimits({ totalBytesPerSecond: 1_000_000 })
await quire.setUploadLimits({}) // no limit
// #endregion
assert.deepEqual((await quire.status()).uploadLimits, {})

await quire.close()
await other.close()
