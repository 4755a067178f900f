export function serveExample(quire: string, port?: number): Promise<{ readonly url: string; close(): void }>
