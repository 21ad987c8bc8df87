// Where things are. Every address starts from this file's own, so that the page works under any path prefix.
// This file is at PREFIX/ui/assets/VERSION/places.js.
const ui = new URL('../../', import.meta.url);

/** The address of a resource of the page's API, such as "state". */
export const api = path => new URL(`api/${path}`, ui);

/** The address of a path of the gateway's own, such as "v1/models". */
export const gateway = path => new URL(`../${path}`, ui);

/** The address of a file of the page, such as "vendor/uplot.js". */
export const asset = path => new URL(path, import.meta.url);
