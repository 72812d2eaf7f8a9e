"""How many respondents test a claim, and what will a study of that size be able to say?"""
