"""The ONVIF topics of a view's conditions, for systems that speak ONVIF. Pure.

What each is called in the contract, and what it means for decisions, stands in `edge.viewwords`. For the
others ONVIF has no topic. A covered lens is the tamper detector's of its analytics service, the rest are
events of its video source.
"""

from typing import Final

from edge.observation import ViewCondition

TOPICS: Final[dict[ViewCondition, str]] = {
    "moved": "tns1:VideoSource/GlobalSceneChange/ImagingService",
    "covered": "tns1:RuleEngine/TamperDetector/Tamper",
    "blinded": "tns1:VideoSource/ImageTooBright/ImagingService",
    "defocused": "tns1:VideoSource/ImageTooBlurry/ImagingService",
    "black": "tns1:VideoSource/ImageTooDark/ImagingService",
}
