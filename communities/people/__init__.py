"""Looking after the people who sign in.

系统管理 opens and closes accounts, 安全管理 gives roles and passwords, 审计 reads the trail.
"""
