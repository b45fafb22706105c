/** An image that is generated from the SKU, because the demo shop has no photographs. */
export function ProductImage({ sku }: { sku: string }) {
  const hash = Array.from(sku).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7);
  // Multiples of the golden angle (137.5°) give adjacent hash values hues that differ clearly.
  const hue = Math.round(hash * 137.5) % 360;
  const ring = 26 + (hash % 5) * 6;
  return (
    <svg className="product-image" viewBox="0 0 240 120" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <rect width="240" height="120" fill={`hsl(${hue} 45% 42%)`} />
      <circle cx={40 + (hash % 160)} cy={30 + (hash % 60)} r={ring} fill={`hsl(${hue + 25} 55% 55%)`} />
      <circle cx={200 - (hash % 120)} cy={100 - (hash % 50)} r={ring * 1.6} fill={`hsl(${hue - 25} 50% 34%)`} opacity="0.7" />
      <circle cx={40 + (hash % 160)} cy={30 + (hash % 60)} r={ring / 2} fill="none" stroke="white" strokeWidth="3" opacity="0.6" />
    </svg>
  );
}
