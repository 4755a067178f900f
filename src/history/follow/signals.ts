/**
 * What Status tells its user interface of archives, as typed events: the same names, and one for the index.
 *
 *   owner    creating → created or none → seeding
 *   member   indexDownloadCompleted → downloadingStarted → (downloaded → importing) × archives → seeding → finished
 *   both     protocolEnabled: followed or resumed · unseeded: nothing is held any more · protocolDisabled: paused or left
 *
 * Status enables the protocol for all communities at once, Quire for each. A member’s archives are read as each of them
 * arrives, so that the newest messages show first; Status imports after the last download. Source: facts on the
 * community history service, §4.7.
 */
export type HistorySignal =
  | { readonly name: 'historyArchivesProtocolEnabled' | 'historyArchivesProtocolDisabled' }
  | { readonly name: 'creatingHistoryArchives' | 'historyArchivesSeeding' | 'historyArchivesUnseeded' }
  | {
      readonly name: 'historyArchivesCreated' | 'noHistoryArchivesCreated' | 'historyArchiveDownloaded'
      readonly fromMs: number
      readonly toMs: number
    }
  | { readonly name: 'indexDownloadCompleted'; readonly indexCid: string }
  | {
      readonly name:
        | 'downloadingHistoryArchivesStarted'
        | 'importingHistoryArchiveMessages'
        | 'downloadingHistoryArchivesFinished'
    }

export type OnSignal = (signal: HistorySignal) => void
