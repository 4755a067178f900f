import { describe, expect, it } from 'vitest'
import './node-websocket.ts'

describe('WebSocket in Node', () => {
  it('does not end the process when a connection fails and nobody listens for the error', async () => {
    const socket = new WebSocket('ws://127.0.0.1:1/')

    const { wasClean } = await new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve))

    expect(wasClean).toBe(false)
  })
})
