/** The one custom protocol: the app's own files and the photos' pixels. Never tested inside the page. */
export const appScheme = 'app';
export const appHost = 'bundle';
export const appOrigin = `${appScheme}://${appHost}`;
export const appUrl = `${appOrigin}/index.html`;
