variable "pageturner_url" {
  type        = string
  description = "Where Pageturner is, without a slash at the end."

  validation {
    condition     = can(regex("^https://[^/]+$", var.pageturner_url))
    error_message = "pageturner_url must be an https address without a path, like https://pages.example.gov.uk."
  }
}

variable "hook_key" {
  type        = string
  description = "One of the keys of /pageturner/STAGE/hook-keys. It stands in the state: keep the state private."
  sensitive   = true
}

variable "standby_url" {
  type        = string
  description = "Where a second Pageturner in another region is, which hears the same alerts; none where there is none."
  default     = null

  validation {
    condition     = var.standby_url == null || can(regex("^https://[^/]+$", var.standby_url))
    error_message = "standby_url must be an https address without a path, like https://standby.example.gov.uk."
  }
}

variable "standby_hook_key" {
  type        = string
  description = "A key of the standby; without it, that of the first."
  default     = null
  sensitive   = true
}

variable "resource_group_name" {
  type        = string
  description = "Where the action group is made."
}

variable "tenant_id" {
  type        = string
  description = "The Entra tenant."
}

variable "app_role_id" {
  type        = string
  description = "Any UUID, the same for ever: the identity of the application's role."
  default     = "7f9c24e8-3b12-4fef-91e0-5f7b2f1c9a55"
}

variable "scopes" {
  type        = list(string)
  description = "Subscriptions or resource groups whose every alert goes to Pageturner; none adds no processing rule."
  default     = []
}

variable "maintenance" {
  type = map(object({
    scopes    = list(string)
    time_zone = optional(string, "UTC")
    from      = optional(string)
    until     = optional(string)
    weekly    = optional(object({ days = list(string), start = string, end = string }))
  }))
  description = "Windows by name in which alerts of these scopes tell nobody, Pageturner or other: once (`from`, `until`, wall times without a zone) or each week (`days` such as Sunday, `start` and `end` such as 02:00:00)."
  default     = {}

  validation {
    condition     = alltrue([for one in values(var.maintenance) : (one.from != null && one.until != null) || one.weekly != null])
    error_message = "each window of maintenance needs from and until, or weekly: a rule without an end suppresses for ever."
  }
}

variable "name" {
  type        = string
  description = "The name of the action group and of the application."
  default     = "pageturner"
}

variable "tags" {
  type        = map(string)
  description = "Tags of everything that is made."
  default     = {}
}
