export default function ConsoleRoutes() {
  return null;
}
