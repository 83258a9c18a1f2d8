"""Pure functions from a picture of the world to an ECharts option: no Solara, no threads, tested as they are."""
