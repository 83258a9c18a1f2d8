"""x"""
FIGURES={}
def draw_figures(run, folder, progress): return []
