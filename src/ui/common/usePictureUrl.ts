/** An address for a picture's bytes that lives exactly as long as the component which shows it. */
import { useEffect, useState } from 'react';

/** Object URL of `blob`, or null while there is none. Revoked on change and unmount. */
export function usePictureUrl(blob: Blob | null | undefined): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!blob) return;
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => {
      URL.revokeObjectURL(made);
      setUrl(null);
    };
  }, [blob]);
  return url;
}
