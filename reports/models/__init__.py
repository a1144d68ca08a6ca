from reports.models.standard import Standard

__all__ = ["Standard"]
