"""Keys for other programs: opened by 系统管理, enabled by 安全管理, shown with every question, revoked by either."""
