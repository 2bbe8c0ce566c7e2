export const App = () => <p>Sealed</p>;
