// Which view is shown: what stands behind the # of the address.
import { useEffect, useState } from './vendor/preact.js';

const read = () => {
  const [view = '', ...rest] = location.hash.replace(/^#\/?/, '').split('/').map(part => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
  return { view: view || 'overview', rest };
};

/** { view, rest }: #/requests/abc is the view "requests" with the rest ["abc"]. */
export function useRoute() {
  const [route, setRoute] = useState(read);
  useEffect(() => {
    const changed = () => setRoute(read());
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return route;
}

/** The address of a view. */
export const to = (...parts) => `#/${parts.map(encodeURIComponent).join('/')}`;
