variable "pageturner_url" {
  type        = string
  description = "Where Pageturner is, without a slash at the end: https://abc123.execute-api.eu-west-1.amazonaws.com"

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

variable "name" {
  type        = string
  description = "The topic's name."
  default     = "pageturner-alarms"
}

variable "kms_key_id" {
  type        = string
  description = "A key of your own whose policy lets cloudwatch.amazonaws.com use it. Alarms cannot publish to a topic with alias/aws/sns."
  default     = null

  validation {
    condition     = var.kms_key_id != "alias/aws/sns"
    error_message = "CloudWatch cannot publish to a topic encrypted with alias/aws/sns; give a key of your own, or none."
  }
}

variable "tags" {
  type        = map(string)
  description = "Tags of everything that is made."
  default     = {}
}
