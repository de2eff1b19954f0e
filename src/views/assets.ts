// Where pages find the stylesheet, the mark and the font that is fetched first. Served from /assets/ by http.

/** Addresses of what every page loads; the `Shell` carries them. */
export interface AssetUrls {
  css: string;
  mark: string;
  /** The Thai regular face, fetched before the stylesheet asks for it. */
  font: string;
}

/**
 * Builds the addresses. `version` gives a short hash of the file named below `src/public/`. The font has no version:
 * the stylesheet names it by a relative address, and two addresses would fetch it twice.
 */
export function assetUrls(version: (name: string) => string): AssetUrls {
  const versioned = (name: string) => `/assets/${name}?v=${version(name)}`;
  return {
    css: versioned('wethi.css'),
    mark: versioned('mark.svg'),
    font: '/assets/fonts/looped-thai-400.woff2',
  };
}
