#pragma once

#include <string_view>

namespace absl
{
inline bool StartsWith(std::string_view text, std::string_view prefix) noexcept
{
	return text.substr(0, prefix.size()) == prefix;
}
} // namespace absl
