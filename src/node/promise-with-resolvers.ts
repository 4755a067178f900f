/**
 * `Promise.withResolvers` for Node 20: libp2p 3 calls it, Node has it from 22 on. Import this file before anything of libp2p.
 */
function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve: PromiseWithResolvers<T>['resolve'] = () => undefined
  let reject: PromiseWithResolvers<T>['reject'] = () => undefined
  const promise = new Promise<T>((resolveWith, rejectWith) => {
    resolve = resolveWith
    reject = rejectWith
  })
  return { promise, resolve, reject }
}

if (!('withResolvers' in Promise)) Object.assign(Promise, { withResolvers })
