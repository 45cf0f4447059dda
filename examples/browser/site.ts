import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Page {
  type: 'application/json' | 'image/svg+xml' | 'text/css' | 'text/html' | 'text/javascript'
  body: string
}

export interface SiteInit {
  /** By their paths. */
  pages: Record<string, Page>

  /** What the pages may do. */
  policy: string

  /**
   * @default one that is free
   */
  port?: number
}

export interface Site {
  url: string
  close (): void
}

/** Serves pages on 127.0.0.1. */
export async function startSite ({ pages, policy, port = 0 }: SiteInit): Promise<Site> {
  const server = createServer(({ url = '' }, response) => {
    const { pathname } = new URL(url, 'http://localhost')
    const page = Object.hasOwn(pages, pathname) ? pages[pathname] : undefined

    if (page == null) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found\n')

      return
    }

    response.writeHead(200, {
      'content-type': `${page.type}; charset=utf-8`,
      'content-security-policy': policy,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff'
    }).end(page.body)
  })

  server.listen(port, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.close()
      server.closeAllConnections()
    }
  }
}
