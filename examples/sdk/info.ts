import assert from 'node:assert/strict'
import { Quire } from 'quire'

const quire = await Quire.create({ listen: ['/ip4/127.0.0.1/tcp/0'], logLevel: 'silent' })
await quire.start()

// #region info
console.log(await quire.version(), await quire.revision()) // 0.1.0 and a commit
console.log(await quire.peerId()) // 16Uiu2HAm…
console.log(await quire.addresses()) // [ '/ip4/127.0.0.1/tcp/41123/p2p/16Uiu2HAm…' ]
console.log(await quire.shareAddresses()) // the best few of them
const { peers, reachability } = await quire.status()
console.log(peers.length, reachability.state)
console.log(await quire.debugInfo()) // for a bug report
// #endregion
assert.match(await quire.version(), /^\d+\.\d+\.\d+/)
assert.ok((await quire.revision()).length > 0)
assert.match((await quire.addresses())[0] ?? '', /^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\/16Uiu2HA/)
assert.match(await quire.debugInfo(), /^Quire \d/)

// #region log
await quire.setLogLevel('debug')
console.log(await quire.logLevel()) // debug
// #endregion
assert.equal(await quire.logLevel(), 'debug')
await quire.setLogLevel('silent')
const wrong = JSON.parse('"loud"')
await assert.rejects(quire.setLogLevel(wrong), { code: 'ERR_ARGUMENT_INVALID' })

await quire.close()
