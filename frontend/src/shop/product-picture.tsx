/** A picture made from the SKU, always the same for one: this shop has no photographs. */
export function ProductPicture({ sku }: { sku: string }) {
  const number = Array.from(sku).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7);
  // Steps of the golden angle: hues that follow each other are far apart.
  const hue = Math.round(number * 137.5) % 360;
  const ring = 26 + (number % 5) * 6;
  return (
    <svg className="product-picture" viewBox="0 0 240 120" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <rect width="240" height="120" fill={`hsl(${hue} 45% 42%)`} />
      <circle cx={40 + (number % 160)} cy={30 + (number % 60)} r={ring} fill={`hsl(${hue + 25} 55% 55%)`} />
      <circle cx={200 - (number % 120)} cy={100 - (number % 50)} r={ring * 1.6} fill={`hsl(${hue - 25} 50% 34%)`} opacity="0.7" />
      <circle cx={40 + (number % 160)} cy={30 + (number % 60)} r={ring / 2} fill="none" stroke="white" strokeWidth="3" opacity="0.6" />
    </svg>
  );
}
