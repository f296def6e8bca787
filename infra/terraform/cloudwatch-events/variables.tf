variable "bus_arn" {
  type        = string
  description = "Pageturner's bus for alarms of other accounts: `AlarmsBusArn` of its stack's outputs. In the same region, or in another."

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:events:[a-z0-9-]+:[0-9]{12}:event-bus/.+$", var.bus_arn))
    error_message = "bus_arn must be the ARN of an event bus, like arn:aws:events:eu-west-1:111122223333:event-bus/pageturner-prod-alarms."
  }
}

variable "standby_bus_arn" {
  type        = string
  description = "The bus of a second Pageturner in another region, which hears the same alarms; none where there is none."
  default     = null
}

variable "alarm_prefixes" {
  type        = list(string)
  description = "Only alarms whose names begin so; none forwards every alarm, also those that target tracking makes for itself."
  default     = []
}

variable "name" {
  type        = string
  description = "The rule's name."
  default     = "pageturner-alarms"
}

variable "tags" {
  type        = map(string)
  description = "Tags of everything that is made."
  default     = {}
}
