import { createHmac } from 'node:crypto'

/** Calls a method of a server. */
export type Call = <Result = unknown>(method: string, params?: unknown[]) => Promise<Result>

/**
 * JSON-RPC over HTTP. Calls reject with the message of the server's error.
 *
 * @param url - where the server is
 * @param secret - what it shares with us, where it wants a token with each call
 */
export function jsonRpc (url: string, secret?: Uint8Array): Call {
  return async (method, params = []) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(secret == null ? {} : { authorization: `Bearer ${createToken(secret)}` }) },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    })
    const { result, error } = await response.json()

    if (error != null) {
      throw new Error(`${method}: ${error.message}`)
    }

    return result
  }
}

/** A JWT, as the engine API wants it: made now. */
function createToken (secret: Uint8Array): string {
  const encode = (claims: object): string => Buffer.from(JSON.stringify(claims)).toString('base64url')
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ iat: Math.floor(Date.now() / 1000) })}`

  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}
