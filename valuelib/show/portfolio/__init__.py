"""How are several studies shown side by side: names, sentences, tables?"""
