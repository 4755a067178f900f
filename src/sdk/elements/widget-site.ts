/** Where `widget.html` lies: the folder that `site` names, that of this script where it came from a Quire, or nowhere. */
export function widgetSite(site: string | null, script: string = import.meta.url): URL | undefined {
  const text = site ?? defaultSite ?? folderOf(script)
  if (!URL.canParse(text, document.baseURI)) return undefined
  const url = new URL(text, document.baseURI)
  url.hash = ''
  url.search = ''
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  // A frame without encryption would have neither storage nor hashes.
  return isTrusted(url) ? url : undefined
}

/** For all elements without an attribute `site`, from now on. */
export function setWidgetSite(site: string): void {
  defaultSite = site
}

let defaultSite: string | undefined

function folderOf(script: string): string {
  return URL.canParse(script) ? new URL('./', script).href : script
}

function isTrusted({ protocol, hostname }: URL): boolean {
  if (protocol === 'https:') return true
  const isLocal = hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '127.0.0.1'
  return protocol === 'http:' && (isLocal || hostname === '[::1]')
}
