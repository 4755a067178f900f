/** Elements of the Files place that others ask for. */
export const ADD_FILES_ID = 'add-files'
export const FETCH_BOX_ID = 'fetch-link'
export const DETAILS_TITLE_ID = 'details-title'

export function transferRowId(id: string): string {
  return `transfer-${id}`
}
