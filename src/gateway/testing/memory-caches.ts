import type { ShellCaches } from '../app-shell.ts'

/** As much of Cache Storage as is needed. */
export class MemoryCaches implements ShellCaches {
  readonly all = new Map<string, Map<string, Response>>()

  async open(name: string) {
    const cache = this.all.get(name) ?? new Map<string, Response>()
    this.all.set(name, cache)
    return {
      match: async (url: string) => cache.get(withoutQuery(url))?.clone(),
      put: async (url: string, response: Response) => void cache.set(withoutQuery(url), response),
    }
  }

  async match(url: string): Promise<Response | undefined> {
    for (const cache of this.all.values()) {
      const found = cache.get(withoutQuery(url))
      if (found !== undefined) return found.clone()
    }
    return undefined
  }

  async keys(): Promise<string[]> {
    return [...this.all.keys()]
  }

  async delete(name: string): Promise<boolean> {
    return this.all.delete(name)
  }
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/u, '')
}
